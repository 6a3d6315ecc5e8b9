import type { GreyFrame, Look, Renderer } from './look';

const VERTEX = `#version 300 es
in vec2 corner;
uniform vec3 view; // zoom, pan
out vec2 at;
void main() {
  vec2 screen = corner * vec2(0.5, -0.5);
  at = view.yz + screen / view.x;
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

// One pass: window and level, edge enhancement by the four neighbours, blanking with a soft edge.
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D picture;
uniform vec2 texel;
uniform vec2 window; // low end and inverse width
uniform float edge;
uniform float invert;
uniform vec4 blank;
out vec4 colour;
void main() {
  float value = texture(picture, at).r;
  if (edge > 0.0) {
    float around = texture(picture, at + vec2(texel.x, 0.0)).r + texture(picture, at - vec2(texel.x, 0.0)).r
      + texture(picture, at + vec2(0.0, texel.y)).r + texture(picture, at - vec2(0.0, texel.y)).r;
    value += edge * (value - 0.25 * around) * 2.0;
  }
  float grey = clamp((value - window.x) * window.y, 0.0, 1.0);
  grey = mix(grey, 1.0 - grey, invert);
  vec2 low = smoothstep(blank.xy - texel, blank.xy + texel, at);
  vec2 high = 1.0 - smoothstep(blank.zw - texel, blank.zw + texel, at);
  colour = vec4(vec3(grey * low.x * low.y * high.x * high.y), 1.0);
}`;

/** WebGL2 renderer. Raw frames go up as one-channel textures without a copy. */
export class WebglRenderer implements Renderer {
  readonly kind = 'webgl2';
  private readonly gl: WebGL2RenderingContext;
  private readonly at: Record<string, WebGLUniformLocation | null> = {};
  private size = '';

  /** @throws Error when the browser gives no WebGL2. */
  constructor(private readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', {
      alpha: false,
      antialias: false,
      depth: false,
      stencil: false,
      desynchronized: false,
      preserveDrawingBuffer: false,
      powerPreference: 'high-performance',
    });
    if (!gl) throw new Error('This browser gives no WebGL2.');
    this.gl = gl;
    const program = link(gl);
    gl.useProgram(program);
    const corners = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, corners);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    for (const name of ['view', 'texel', 'window', 'edge', 'invert', 'blank']) {
      this.at[name] = gl.getUniformLocation(program, name);
    }
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  }

  draw(frame: GreyFrame, look: Look): void {
    const { gl, at } = this;
    this.upload(frame);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.uniform3f(at.view ?? null, look.zoom, look.panX, look.panY);
    gl.uniform2f(at.texel ?? null, 1 / frame.width, 1 / frame.height);
    gl.uniform2f(at.window ?? null, (look.level - look.window / 2) / 255, 255 / Math.max(1, look.window));
    gl.uniform1f(at.edge ?? null, look.edge);
    gl.uniform1f(at.invert ?? null, look.invert ? 1 : 0);
    gl.uniform4f(at.blank ?? null, ...look.blank);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  dispose(): void {
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private upload(frame: GreyFrame): void {
    const { gl } = this;
    const raw = frame.source instanceof Uint8Array;
    const size = `${frame.width}x${frame.height}${raw}`;
    if (size !== this.size) {
      this.size = size;
      const inside = raw ? gl.R8 : gl.RGBA8;
      const format = raw ? gl.RED : gl.RGBA;
      gl.texImage2D(gl.TEXTURE_2D, 0, inside, frame.width, frame.height, 0, format, gl.UNSIGNED_BYTE, null);
    }
    if (frame.source instanceof Uint8Array) {
      const { width, height } = frame;
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RED, gl.UNSIGNED_BYTE, frame.source);
    } else {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, gl.RGBA, gl.UNSIGNED_BYTE, frame.source);
    }
  }
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error('The graphics context is lost.');
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, 0, 'corner');
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(`The picture shader does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  return program;
}
