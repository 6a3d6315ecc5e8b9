// Notes which X-ray frames a page really draws, and when. Put in before the page's own scripts run.
(() => {
  const probe = { drawn: [], presses: [], sockets: [] };
  window.__probe = probe;
  const modes = new Map(); // frame -> kind of picture

  const Original = window.WebSocket;
  window.WebSocket = class extends Original {
    constructor(...given) {
      super(...given);
      probe.sockets.push(this);
      this.addEventListener('message', (event) => {
        if (!(event.data instanceof ArrayBuffer)) return;
        const view = new DataView(event.data);
        modes.set(view.getUint32(4, true), view.getUint8(16));
      });
    }
  };

  // The page names the frame on the canvas before it draws it; by whichever call, it is noted once.
  const watch = (owner, name) => {
    const original = owner.prototype[name];
    owner.prototype[name] = function (...given) {
      const result = original.apply(this, given);
      const canvas = this.canvas;
      const frame = canvas?.closest?.('[data-panel="live"]') ? Number(canvas.dataset.frame) : NaN;
      if (modes.has(frame) && probe.drawn[probe.drawn.length - 1]?.frame !== frame) {
        probe.drawn.push({ frame, mode: modes.get(frame), at: performance.now() });
      }
      return result;
    };
  };
  if (window.WebGL2RenderingContext) watch(WebGL2RenderingContext, 'texSubImage2D');
  watch(CanvasRenderingContext2D, 'drawImage');
  watch(CanvasRenderingContext2D, 'putImageData');

  window.addEventListener(
    'keydown',
    (event) => {
      if (event.code !== 'Space' || event.repeat) return;
      const last = probe.drawn[probe.drawn.length - 1];
      probe.presses.push({ at: event.timeStamp, after: last ? last.frame : 0 });
    },
    true,
  );
})();
