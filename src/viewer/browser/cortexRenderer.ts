import { colorTable, TABLE_SIZE } from "../colorMaps.js";
import type { Faces } from "../geometry.js";
import { type Cortex, projectionOf, type Scene, shiftOf } from "../scene.js";
import { fragmentShader, HATCH_PITCH, vertexShader } from "../shading.js";

interface Program {
  readonly program: WebGLProgram;
  readonly uniform: Record<string, WebGLUniformLocation | null>;
  readonly attribute: Record<string, number>;
}

/**
 * Triangles are moved away from the eye by the depth that they have in so many pixels. Corners are rounded to parts of a
 * pixel (sixteenths in software): a triangle that is seen from its edge, and narrower than those, is given a depth that it
 * nowhere has, and would be drawn through what lies millimeters before it. Of 232,000 pixels 14 to 26 showed that on folds;
 * with ½ one was left, with ¾ none is.
 */
const STEEPNESS = 0.75;

/**
 * Draws scenes into any number of 2-D canvases from one WebGL2 context. Browsers allow a page 8 to 16 contexts, so
 * every view of the page shares this one; its pictures are copied out in the same task.
 */
export class CortexRenderer {
  private static shared: CortexRenderer | undefined;

  /** The renderer of this page. */
  static get(): CortexRenderer {
    CortexRenderer.shared ??= new CortexRenderer();
    return CortexRenderer.shared;
  }

  readonly canvas = document.createElement("canvas");
  private readonly gl: WebGL2RenderingContext;
  /** Pixels a side. */
  private readonly limit: number;
  private program: Program | undefined;
  // Buffers belong to their arrays: when an array is no longer used, the browser frees both.
  private buffers = new WeakMap<object, WebGLBuffer>();
  private textures = new Map<string, WebGLTexture>();
  private readonly restored = new Set<() => void>();
  lost = false;

  private constructor() {
    const gl = this.canvas.getContext("webgl2", { antialias: true, alpha: true, premultipliedAlpha: true });
    if (gl === null) throw new Error("This browser offers no WebGL2, which the cortex needs.");
    this.gl = gl;
    this.limit = Math.min(4096, gl.getParameter(gl.MAX_RENDERBUFFER_SIZE) as number);
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.lost = true;
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.lost = false;
      this.program = undefined;
      this.buffers = new WeakMap();
      this.textures = new Map();
      for (const redraw of this.restored) redraw();
    });
  }

  /** Calls back when a lost context has come back; returns how to stop that. */
  onRestored(redraw: () => void): () => void {
    this.restored.add(redraw);
    return () => this.restored.delete(redraw);
  }

  /**
   * Draws a scene and copies it to the upper left corner of a 2-D canvas. False while the context is lost.
   *
   * @param coarse with fewer triangles, where there are such.
   */
  draw(scene: Scene, target: CanvasRenderingContext2D, pixelRatio: number, coarse = false): boolean {
    const { gl, canvas, limit } = this;
    if (this.lost || gl.isContextLost()) return false;
    const width = Math.min(limit, Math.round(scene.width * pixelRatio));
    const height = Math.min(limit, Math.round(scene.height * pixelRatio));
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    const { program, uniform } = this.use();
    gl.useProgram(program);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.SCISSOR_TEST);
    // The surfaces are closed and wound outward: what faces away is hidden, and half the work.
    gl.enable(gl.CULL_FACE);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(STEEPNESS, 0);
    gl.viewport(0, 0, width, height);
    gl.scissor(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { paint } = scene;
    gl.bindTexture(gl.TEXTURE_2D, this.texture(paint.map.key, colorTable(paint.map)));
    gl.uniform4f(uniform.range, paint.low, paint.high, Math.max(-3e38, paint.threshold), 0);
    gl.uniform1f(uniform.signed_, paint.map.signed ? 1 : 0);
    gl.uniform1f(uniform.round_, scene.round);
    gl.uniform1f(uniform.morph, scene.morph);
    gl.uniform1f(uniform.pitch, HATCH_PITCH * pixelRatio);
    for (const panel of scene.panels) {
      const { right, up, eye, cx, cy } = projectionOf(scene, panel);
      const top = Math.round((scene.height - panel.y) * pixelRatio);
      const left = Math.round(panel.x * pixelRatio);
      const bottom = Math.round((scene.height - panel.y - panel.height) * pixelRatio);
      gl.scissor(left, bottom, Math.round((panel.x + panel.width) * pixelRatio) - left, top - bottom);
      gl.clear(gl.DEPTH_BUFFER_BIT);
      gl.uniformMatrix3fv(uniform.turn, false, [
        right[0],
        up[0],
        eye[0],
        right[1],
        up[1],
        eye[1],
        right[2],
        up[2],
        eye[2],
      ]);
      gl.uniform4f(
        uniform.scale,
        (2 * scene.scale) / scene.width,
        (2 * scene.scale) / scene.height,
        (2 * cx) / scene.width - 1,
        1 - (2 * cy) / scene.height,
      );
      for (const hemisphere of panel.hemispheres) {
        const cortex = scene.cortex[hemisphere];
        if (cortex === undefined) continue;
        gl.uniform3fv(uniform.shift, shiftOf(panel, cortex, scene.morph));
        this.drawCortex(cortex, coarse ? (cortex.coarse ?? cortex.faces) : cortex.faces);
      }
    }
    const full = target.canvas;
    target.clearRect(0, 0, full.width, full.height);
    target.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, full.width, full.height);
    return true;
  }

  private drawCortex({ from, to, folding, data }: Cortex, faces: Faces): void {
    const { gl } = this;
    const { attribute } = this.use();
    const bind = (name: string, array: Float32Array, size: number) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer(gl.ARRAY_BUFFER, array));
      gl.enableVertexAttribArray(attribute[name]);
      gl.vertexAttribPointer(attribute[name], size, gl.FLOAT, false, 0, 0);
    };
    bind("position0", from.positions, 3);
    bind("position1", to.positions, 3);
    bind("normal0", from.normals, 3);
    bind("normal1", to.normals, 3);
    bind("foldingIn", folding, 1);
    bind("data", data, 2);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffer(gl.ELEMENT_ARRAY_BUFFER, faces));
    const type = faces instanceof Uint32Array ? gl.UNSIGNED_INT : gl.UNSIGNED_SHORT;
    gl.drawElements(gl.TRIANGLES, faces.length, type, 0);
  }

  private buffer(target: number, array: Float32Array | Faces): WebGLBuffer {
    const known = this.buffers.get(array);
    if (known !== undefined) return known;
    const { gl } = this;
    const made = gl.createBuffer();
    gl.bindBuffer(target, made);
    gl.bufferData(target, array, gl.STATIC_DRAW);
    this.buffers.set(array, made);
    return made;
  }

  private texture(key: string, table: Uint8Array): WebGLTexture {
    const known = this.textures.get(key);
    if (known !== undefined) return known;
    const { gl } = this;
    const made = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, TABLE_SIZE, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, table);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
    }
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
      gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
    }
    this.textures.set(key, made);
    return made;
  }

  private use(): Program {
    if (this.program !== undefined) return this.program;
    const { gl } = this;
    const program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, vertexShader],
      [gl.FRAGMENT_SHADER, fragmentShader],
    ] as const) {
      const shader = gl.createShader(type);
      if (shader === null) throw new Error("The graphics context is lost.");
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
        throw new Error(gl.getShaderInfoLog(shader) ?? "a shader does not compile");
      }
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(gl.getProgramInfoLog(program) ?? "the shaders do not link");
    }
    const uniforms = ["turn", "shift", "scale", "morph", "table", "range", "round_", "pitch", "signed_"];
    const attributes = ["position0", "position1", "normal0", "normal1", "foldingIn", "data"];
    this.program = {
      program,
      uniform: Object.fromEntries(uniforms.map((name) => [name, gl.getUniformLocation(program, name)])),
      attribute: Object.fromEntries(attributes.map((name) => [name, gl.getAttribLocation(program, name)])),
    };
    return this.program;
  }
}
