import type { Suite } from '../../lib/suite/suite.svelte';

/** What the page does when the room changes by itself: sounds, spoken messages, the look the room remembers. */
export function follow(suite: Suite): void {
  const { room } = suite;

  let wasOn = false;
  $effect(() => {
    const on = room.phase === 'open' && room.state.xray?.on === true;
    suite.sound.follow(on, room.state.exposure?.high_level === true);
    if (on !== wasOn) suite.announcer.say(on ? 'X-ray on' : 'X-ray off');
    wasOn = on;
    if (on) suite.referencePage = false;
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
    suite.notice = refusal.message;
    suite.announcer.say(refusal.message);
  });

  $effect(() => {
    const blocked = room.state.pose?.blocked;
    if (blocked) suite.announcer.say(`C-arm stopped: ${blocked}`);
  });

  $effect(() => {
    if (room.phase === 'lost') suite.announcer.say('Connection lost, trying again');
  });
}
