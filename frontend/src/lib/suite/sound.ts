/**
 * Signals of the room, made with the browser's own oscillators.
 *
 * High-level control and the five-minute signal always sound; the quiet tone of ordinary X-rays may be off.
 */
export class Sound {
  tone = true;
  private context: AudioContext | null = null;
  private loop: { stop(): void; kind: string } | null = null;

  /** Browsers give sound only after a press; call on every press. */
  wake(): void {
    this.context ??= typeof AudioContext === 'undefined' ? null : new AudioContext();
    if (this.context?.state === 'suspended') void this.context.resume();
  }

  /** What should sound now, by the state of the tube. */
  follow(on: boolean, highLevel: boolean): void {
    const kind = on && highLevel ? 'high' : on && this.tone ? 'on' : '';
    if ((this.loop?.kind ?? '') === kind) return;
    this.loop?.stop();
    this.loop = null;
    if (!this.context || !kind) return;
    this.loop = kind === 'high' ? this.beeps() : this.hum();
  }

  /** Five minutes of fluoroscopy more: two tones, 2.4 s in all. */
  fiveMinutes(): void {
    if (navigator.userActivation?.hasBeenActive ?? true) this.wake();
    const { context } = this;
    if (!context) return;
    for (let i = 0; i < 4; i++) this.note(i % 2 ? 660 : 990, context.currentTime + i * 0.6, 0.55, 0.12);
  }

  dispose(): void {
    this.loop?.stop();
    void this.context?.close();
    this.context = null;
  }

  private hum(): { stop(): void; kind: string } {
    const { oscillator, gain } = this.voice(520, 0.012);
    return { kind: 'on', stop: () => this.fade(oscillator, gain) };
  }

  /** An own sound: fast high beeps, 5 a second, as long as high level runs. */
  private beeps(): { stop(): void; kind: string } {
    const { oscillator, gain } = this.voice(1320, 0);
    const context = this.context as AudioContext;
    const square = context.createOscillator();
    const depth = context.createGain();
    square.type = 'square';
    square.frequency.value = 5;
    depth.gain.value = 0.05;
    gain.gain.value = 0.05;
    square.connect(depth).connect(gain.gain);
    square.start();
    return {
      kind: 'high',
      stop: () => {
        square.stop();
        depth.disconnect();
        this.fade(oscillator, gain);
      },
    };
  }

  private voice(hz: number, level: number): { oscillator: OscillatorNode; gain: GainNode } {
    const context = this.context as AudioContext;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hz;
    gain.gain.value = level;
    oscillator.connect(gain).connect(context.destination);
    oscillator.start();
    return { oscillator, gain };
  }

  private fade(oscillator: OscillatorNode, gain: GainNode): void {
    const now = this.context?.currentTime ?? 0;
    gain.gain.setTargetAtTime(0, now, 0.01);
    oscillator.stop(now + 0.06);
  }

  private note(hz: number, at: number, length: number, level: number): void {
    const { oscillator, gain } = this.voice(hz, 0);
    gain.gain.setTargetAtTime(level, at, 0.01);
    gain.gain.setTargetAtTime(0, at + length, 0.02);
    oscillator.stop(at + length + 0.2);
  }
}
