import type { Painter, Picture } from './draw.ts';
import { LOGS } from './tone.ts';

const VERTEX = `#version 300 es
in vec2 corner;
uniform vec3 view; // zoom, pan
uniform vec4 turn;
out vec2 at;
void main() {
  vec2 screen = corner * vec2(0.5, -0.5);
  at = view.yz + vec2(dot(turn.xy, screen), dot(turn.zw, screen)) / view.x;
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

// One pass: the logarithm by table, the mask taken away, window and inversion, black outside of the blades.
// Integers are not interpolated by the hardware: the four neighbours are weighed here.
const FRAGMENT = `#version 300 es
precision highp float;
precision highp usampler2D;
in vec2 at;
uniform usampler2D values;
uniform sampler2D minus;
uniform sampler2D logs;
uniform bool subtracts;
uniform vec2 tone; // low end and inverse width
uniform bool invert;
uniform vec4 field;
out vec4 colour;
float one(ivec2 p) {
  float log_ = texelFetch(logs, ivec2(int(texelFetch(values, p, 0).r), 0), 0).r;
  return subtracts ? log_ - texelFetch(minus, p, 0).r : log_;
}
void main() {
  ivec2 size = textureSize(values, 0);
  vec2 p = at * vec2(size) - 0.5;
  ivec2 low = ivec2(floor(p));
  ivec2 a = clamp(low, ivec2(0), size - 1);
  ivec2 b = clamp(low + 1, ivec2(0), size - 1);
  vec2 t = p - vec2(low);
  float value = mix(mix(one(a), one(ivec2(b.x, a.y)), t.x), mix(one(ivec2(a.x, b.y)), one(b), t.x), t.y);
  float grey = clamp((value - tone.x) * tone.y, 0.0, 1.0);
  grey = invert ? 1.0 - grey : grey;
  bool open = all(greaterThanEqual(at, field.xy)) && all(lessThanEqual(at, field.zw));
  colour = vec4(vec3(open ? grey : 0.0), 1.0);
}`;

/** WebGL2: stored values go up as they are, sixteen bits a pixel; everything else happens in one pass. */
export class Shader implements Painter {
  readonly kind = 'webgl2';
  private readonly gl: WebGL2RenderingContext;
  private readonly at: Record<string, WebGLUniformLocation | null> = {};
  private readonly textures: WebGLTexture[];
  private values: Uint16Array | null = null;
  private minus: Float32Array | null = null;

  /** @throws Error when the browser gives no WebGL2. */
  constructor(private readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false });
    if (!gl) throw new Error('This browser gives no WebGL2.');
    this.gl = gl;
    const program = link(gl);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    for (const name of ['view', 'turn', 'tone', 'invert', 'field', 'subtracts']) this.at[name] = gl.getUniformLocation(program, name);
    this.textures = ['values', 'minus', 'logs'].map((name, unit) => {
      gl.uniform1i(gl.getUniformLocation(program, name), unit);
      gl.activeTexture(gl.TEXTURE0 + unit);
      const texture = gl.createTexture();
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
      return texture;
    });
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, LOGS.length, 1, 0, gl.RED, gl.FLOAT, LOGS);
    gl.activeTexture(gl.TEXTURE1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, 1, 1, 0, gl.RED, gl.FLOAT, new Float32Array(1));
  }

  draw(picture: Picture): void {
    const { gl, at } = this;
    const { view, tone, width, height } = picture;
    if (picture.values !== this.values) {
      gl.activeTexture(gl.TEXTURE0);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, width, height, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, picture.values);
      this.values = picture.values;
    }
    if (picture.minus && picture.minus !== this.minus) {
      gl.activeTexture(gl.TEXTURE1);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, width, height, 0, gl.RED, gl.FLOAT, picture.minus);
      this.minus = picture.minus;
    }
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.uniform3f(at.view ?? null, view.zoom, view.panX, view.panY);
    gl.uniform4f(at.turn ?? null, ...view.turn);
    gl.uniform2f(at.tone ?? null, tone.low, 1 / tone.width);
    gl.uniform1i(at.invert ?? null, picture.invert ? 1 : 0);
    gl.uniform1i(at.subtracts ?? null, picture.minus ? 1 : 0);
    gl.uniform4f(at.field ?? null, ...picture.field);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  dispose(): void {
    this.textures.forEach((texture) => this.gl.deleteTexture(texture));
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
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
    throw new Error(`The shader of stored pictures does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  return program;
}
