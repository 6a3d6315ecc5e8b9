let quick: boolean | undefined;

/** Whether WebGL2 is there and no software stands in for the graphics processor: that is slower than none. */
export function hasQuickGl(): boolean {
  quick ??= ask();
  return quick;
}

function ask(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) return false;
  const name = gl.getExtension('WEBGL_debug_renderer_info');
  const told = String(gl.getParameter(name?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(told);
}
