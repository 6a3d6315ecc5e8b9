/** Force as sound and tremor, while something is held. Both are off until somebody asks for them. */
import { pitchOf, tremorOf } from './force.ts';

const EVERY_MS = 200;
const LOUD = 0.03;

export interface Shaker {
  playEffect(type: 'dual-rumble', how: { duration: number; strongMagnitude: number; weakMagnitude: number }): Promise<unknown>;
}

export class Feeling {
  private context: AudioContext | null = null;
  private voice: { oscillator: OscillatorNode; gain: GainNode } | null = null;
  private shookAt = 0;

  /** Whether this browser can shake anything: the device itself, or a pad. */
  static canShake(): boolean {
    return typeof navigator !== 'undefined' && (typeof navigator.vibrate === 'function' || 'getGamepads' in navigator);
  }

  sound(share: number, on: boolean): void {
    const hz = on ? pitchOf(share) : 0;
    if (!hz) {
      this.quiet();
      return;
    }
    this.voice ??= this.begin();
    const now = this.context?.currentTime ?? 0;
    this.voice?.oscillator.frequency.setTargetAtTime(hz, now, 0.03);
    this.voice?.gain.gain.setTargetAtTime(LOUD * (0.4 + 0.6 * share), now, 0.02);
  }

  tremor(share: number, shakers: readonly Shaker[]): void {
    const ms = tremorOf(share);
    const now = performance.now();
    if (!ms || now - this.shookAt < EVERY_MS) return;
    this.shookAt = now;
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(ms);
    for (const one of shakers) void one.playEffect('dual-rumble', { duration: EVERY_MS, strongMagnitude: share ** 2, weakMagnitude: share }).catch(() => undefined);
  }

  quiet(): void {
    const { voice, context } = this;
    this.voice = null;
    if (!voice || !context) return;
    voice.gain.gain.setTargetAtTime(0, context.currentTime, 0.02);
    voice.oscillator.stop(context.currentTime + 0.15);
  }

  dispose(): void {
    this.quiet();
    void this.context?.close();
    this.context = null;
  }

  private begin(): { oscillator: OscillatorNode; gain: GainNode } | null {
    this.context ??= typeof AudioContext === 'undefined' ? null : new AudioContext();
    const { context } = this;
    if (!context) return null;
    if (context.state === 'suspended') void context.resume();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = 'triangle';
    gain.gain.value = 0;
    oscillator.connect(gain).connect(context.destination);
    oscillator.start();
    return { oscillator, gain };
  }
}
