import type { Attachment } from 'svelte/attachments';

/** How far a wheel has to turn for one step: a notch of a mouse is more, a finger on a pad is less. */
const STEP_PX = 50;

/** Whole steps of a wheel or of two fingers on a pad; the page below does not scroll with them. */
export function steps(onstep: (step: number) => void): Attachment<HTMLElement> {
  let turned = 0;
  return onWheel((event) => {
    turned += Math.sign(event.deltaY) * Math.min(1, Math.abs(event.deltaY) / STEP_PX);
    const whole = Math.trunc(turned);
    turned -= whole;
    if (whole) onstep(whole);
  });
}

/** A wheel that is not the page's: only a listener that says so may keep the page from scrolling. */
export function onWheel(act: (event: WheelEvent) => void): Attachment<HTMLElement> {
  return (node) => {
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      act(event);
    };
    node.addEventListener('wheel', wheel, { passive: false });
    return () => node.removeEventListener('wheel', wheel);
  };
}
