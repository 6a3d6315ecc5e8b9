// Notes when a page draws stored pictures of a run. Put in before the page's own scripts run.
(() => {
  const drawn = [];
  window.__review = drawn;
  const watch = (owner, name) => {
    const original = owner.prototype[name];
    owner.prototype[name] = function (...given) {
      const result = original.apply(this, given);
      if (this.canvas?.closest?.('[data-panel="review"]')) drawn.push(performance.now());
      return result;
    };
  };
  if (window.WebGL2RenderingContext) watch(WebGL2RenderingContext, 'drawArrays');
  watch(CanvasRenderingContext2D, 'drawImage');
})();
