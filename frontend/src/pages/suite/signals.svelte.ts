import { addressOf } from '../../lib/desk/go';
import { stateWords, tipWords } from '../../lib/blood/injector';
import type { Suite } from '../../lib/suite/suite.svelte';

/** What comes of treatment; a needle that moves is not spoken. */
const TREATED = [
  'balloon-prepared', 'balloon-up', 'balloon-down', 'balloon-burst', 'waist-yielded', 'rupture',
  'stent-opening', 'stent-placed', 'stent-dilated', 'stent-apart', 'stent-migrated', 'stent-recaptured', 'branch-jailed',
  'agent-prepared', 'agent-given', 'agent-reflux', 'catheter-blocked', 'catheter-glued', 'stasis',
  'coil-loaded', 'coil-detached', 'coil-withdrawn', 'coil-jammed', 'coil-migrated', 'coil-prolapsed', 'coil-kick-back', 'vessel-occluded',
  'sheath-removed', 'closure-set', 'closure-failed', 'haemostasis', 'rebleeding',
];
/** Events that are spoken besides X-rays on and off. */
const SPOKEN = new Set(['run-started', 'run-ended', 'roadmap', 'phantom-set', 'patient-moved', 'injection-started', 'instrument-loaded', 'instrument-removed', 'sheath-changed', 'spasm', 'dissection', 'perforation', 'kink', 'knot', 'wire-lost', 'buckled', 'ectopy', 'embolus', 'act-measured', 'help-arrived', ...TREATED]);

/** What the page does when the room changes by itself: sounds, spoken messages, the look the room remembers. */
export function follow(suite: Suite): void {
  const { room } = suite;

  let wasOn = false;
  $effect(() => {
    const { on } = room;
    suite.sound.follow(on, room.state.exposure?.high_level === true);
    if (on !== wasOn) suite.announcer.say(on ? 'X-ray on' : 'X-ray off');
    wasOn = on;
    if (on) suite.referencePage = false;
  });

  // The task lies open when one comes; its end leads to the debrief, once, and not for a page that came later.
  let asked: string | null = null;
  let done: boolean | null = null;
  $effect(() => {
    if (!room.joined) return;
    const { task } = suite.doing;
    if (task && task.id !== asked) suite.patientPage = 'task';
    asked = task?.id ?? null;
    const finished = task?.finished === true;
    if (finished && done === false) location.hash = addressOf(`debrief:${room.id}`);
    done = finished;
  });

  // A question about dose lies open beside the room; it takes no focus and stops no X-rays.
  let question: string | null = null;
  $effect(() => {
    const open = room.state.skin?.question ?? null;
    if (open && open.id !== question) {
      suite.dosePage = 'skin';
      suite.announcer.say(open.text);
    }
    question = open?.id ?? null;
  });

  let hints = -1;
  $effect(() => {
    const shown = suite.doing.task?.hints_shown ?? [];
    if (hints >= 0 && shown.length > hints) suite.announcer.say(shown.at(-1)?.text ?? '');
    hints = shown.length;
  });

  let signalled: boolean | null = null;
  $effect(() => {
    if (!room.joined) return;
    const signal = room.state.dose?.five_min_signal === true;
    if (signal && signalled === false) {
      suite.sound.fiveMinutes();
      suite.announcer.say(`Fluoroscopy time ${((room.live.dose?.fluoro_s ?? 0) / 60).toFixed(1)} minutes`);
    }
    signalled = signal;
  });

  $effect(() => {
    const refusal = room.refusal;
    if (!refusal) return;
    if (!suite.instruments.told(refusal)) suite.notice = refusal.message;
    suite.announcer.say(refusal.message);
  });

  let heard = -1;
  $effect(() => {
    const { events } = room;
    const newest = events.at(-1)?.seq ?? -1;
    // What was told before this page came is history; a session that began again counts anew.
    const fresh = heard < 0 || newest < heard ? [] : events.filter((event) => event.seq > heard);
    heard = newest;
    for (const event of fresh) if (event.text && SPOKEN.has(event.name)) suite.announcer.say(event.text);
  });

  // What the injector and the catheter's tip come to; numbers that run are not spoken.
  let injecting: string | null = null;
  $effect(() => {
    const { injector } = room.state;
    const now = injector ? stateWords(injector).name : null;
    if (injecting !== null && now && now !== injecting) suite.announcer.say(now);
    injecting = now;
  });
  let warned = '';
  $effect(() => {
    const all = [...(room.state.injector?.warnings ?? []), ...(room.state.gas?.warnings ?? [])];
    const next = all.join('|');
    if (next !== warned && all.length) suite.announcer.say(all.at(-1) ?? '');
    warned = next;
  });
  let tip: string | null = null;
  $effect(() => {
    const { catheter } = room.state;
    const now = catheter?.checked ? tipWords(catheter).text : '';
    if (tip !== null && now && now !== tip) suite.announcer.say(now);
    tip = now;
  });

  $effect(() => {
    const blocked = room.state.pose?.blocked;
    if (blocked) suite.announcer.say(`C-arm stopped: ${blocked}`);
  });

  $effect(() => {
    if (room.phase === 'lost') suite.announcer.say('Connection lost, trying again');
  });
  $effect(() => {
    if (room.ready) suite.announcer.say('The room is ready');
  });
}
