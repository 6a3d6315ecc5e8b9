// Notes which X-ray frames a page really draws, and when. Put in before the page's own scripts run.
(() => {
  const probe = { drawn: [], presses: [], sockets: [] };
  window.__probe = probe;
  const headers = new WeakMap(); // message buffer or decoded bitmap -> which frame it is
  const arrived = [];

  const Original = window.WebSocket;
  window.WebSocket = class extends Original {
    constructor(...given) {
      super(...given);
      probe.sockets.push(this);
      this.addEventListener('message', (event) => {
        if (!(event.data instanceof ArrayBuffer)) return;
        const view = new DataView(event.data);
        const header = { frame: view.getUint32(4, true), mode: view.getUint8(16), bytes: view.getUint32(24, true) };
        headers.set(event.data, header);
        arrived.push(header);
        if (arrived.length > 8) arrived.shift();
      });
    }
  };

  const decode = window.createImageBitmap;
  window.createImageBitmap = async (source, ...rest) => {
    const header = source instanceof Blob ? arrived.findLast((one) => one.bytes === source.size) : undefined;
    const bitmap = await decode.call(window, source, ...rest);
    if (header) headers.set(bitmap, header);
    return bitmap;
  };

  const watch = (owner, name) => {
    const original = owner.prototype[name];
    owner.prototype[name] = function (...given) {
      const result = original.apply(this, given);
      for (const one of given) {
        const header = one instanceof Uint8Array ? headers.get(one.buffer) : one instanceof ImageBitmap ? headers.get(one) : null;
        const last = probe.drawn[probe.drawn.length - 1];
        if (header && this.canvas?.closest?.('[data-panel="live"]') && last?.frame !== header.frame) {
          probe.drawn.push({ frame: header.frame, mode: header.mode, at: performance.now() });
        }
      }
      return result;
    };
  };
  if (window.WebGL2RenderingContext) watch(WebGL2RenderingContext, 'texSubImage2D');
  watch(CanvasRenderingContext2D, 'drawImage');

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
