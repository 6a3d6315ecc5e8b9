import type { Attachment } from 'svelte/attachments';

/** Pointer work on a monitor. Positions are 0..1 of its square. */
export interface DragHandlers {
  window(dxPx: number, dyPx: number): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  click(x: number, y: number): void;
  hover(x: number, y: number): void;
  /** A drawing tool is in hand: drags do not change the window. */
  busy(): boolean;
}

/**
 * Left drag or one finger: window and level. Middle or right drag: pan. Two fingers: pan and enlarge.
 * Shift with the wheel enlarges (the plain wheel belongs to the hand on the wire).
 */
export function dragger(on: DragHandlers): Attachment<HTMLElement> {
  return (node) => {
    const down = new Map<number, { x: number; y: number; button: number }>();
    let moved = 0;
    const place = (event: PointerEvent | WheelEvent): [number, number] => {
      const box = node.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };

    const press = (event: PointerEvent): void => {
      if ((event.target as Element).closest('button, input, form, [data-handle]')) return;
      node.setPointerCapture(event.pointerId);
      down.set(event.pointerId, { x: event.clientX, y: event.clientY, button: event.button });
      moved = 0;
    };
    const move = (event: PointerEvent): void => {
      const was = down.get(event.pointerId);
      if (!was) {
        on.hover(...place(event));
        return;
      }
      const dx = event.clientX - was.x;
      const dy = event.clientY - was.y;
      moved += Math.abs(dx) + Math.abs(dy);
      const side = node.clientWidth;
      if (down.size === 2) {
        const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
        if (other) {
          const before = Math.hypot(was.x - other.x, was.y - other.y);
          const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
          if (before > 20) on.zoom(after / before, ...place(event));
          on.pan(dx / side / 2, dy / side / 2);
        }
      } else if (was.button !== 0) {
        on.pan(dx / side, dy / side);
      } else if (!on.busy()) {
        on.window(dx, dy);
      } else {
        on.hover(...place(event));
      }
      down.set(event.pointerId, { ...was, x: event.clientX, y: event.clientY });
    };
    const lift = (event: PointerEvent): void => {
      const was = down.get(event.pointerId);
      down.delete(event.pointerId);
      if (was && event.type === 'pointerup' && was.button === 0 && moved < 6 && down.size === 0) on.click(...place(event));
    };
    const wheel = (event: WheelEvent): void => {
      if (!event.shiftKey || event.ctrlKey) return;
      event.preventDefault();
      on.zoom(Math.exp(-(event.deltaY || event.deltaX) / 400), ...place(event));
    };
    const menu = (event: Event): void => event.preventDefault();

    node.addEventListener('pointerdown', press);
    node.addEventListener('pointermove', move);
    node.addEventListener('pointerup', lift);
    node.addEventListener('pointercancel', lift);
    node.addEventListener('wheel', wheel, { passive: false });
    node.addEventListener('contextmenu', menu);
    return () => {
      node.removeEventListener('pointerdown', press);
      node.removeEventListener('pointermove', move);
      node.removeEventListener('pointerup', lift);
      node.removeEventListener('pointercancel', lift);
      node.removeEventListener('wheel', wheel);
      node.removeEventListener('contextmenu', menu);
    };
  };
}
