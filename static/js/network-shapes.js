/* How people and ties are drawn: shapes besides colours, and ties that taper from who moves to who is moved. */
(function (bpm) {
  "use strict";
  const { NodeProgram, EdgeProgram } = Sigma.rendering;
  const { floatColor } = Sigma.utils;
  const { FLOAT, UNSIGNED_BYTE, TRIANGLES, TRIANGLE_STRIP } = WebGLRenderingContext;
  const SHAPES = { circle: 0, square: 1, diamond: 2, triangle: 3 };
  const PIECES = 10; // of a curve
  const column = (name, size) => ({ name, size, type: FLOAT });
  const bytes = (name) => ({ name, size: 4, type: UNSIGNED_BYTE, normalized: true });

  class ShapeProgram extends NodeProgram {
    getDefinition() {
      return {
        VERTICES: 6, METHOD: TRIANGLES,
        UNIFORMS: ["u_sizeRatio", "u_correctionRatio", "u_matrix"],
        ATTRIBUTES: [column("a_position", 2), column("a_size", 1), column("a_shape", 1), bytes("a_color"), bytes("a_id")],
        CONSTANT_ATTRIBUTES: [column("a_corner", 2)],
        CONSTANT_DATA: [[-1, -1], [1, -1], [1, 1], [-1, -1], [1, 1], [-1, 1]],
        VERTEX_SHADER_SOURCE: `
          attribute vec2 a_position; attribute float a_size; attribute float a_shape; attribute vec2 a_corner;
          attribute vec4 a_color; attribute vec4 a_id;
          uniform float u_sizeRatio; uniform float u_correctionRatio; uniform mat3 u_matrix;
          varying vec2 v_place; varying float v_soft; varying float v_shape; varying vec4 v_color;
          const float bias = 255.0 / 254.0;
          void main() {
            float radius = a_size * u_correctionRatio / u_sizeRatio * 2.0;
            v_place = a_corner * 1.4;
            v_soft = u_correctionRatio * 1.5 / max(radius, 1e-9);
            v_shape = a_shape;
            gl_Position = vec4((u_matrix * vec3(a_position + v_place * radius, 1)).xy, 0, 1);
            #ifdef PICKING_MODE
            v_color = a_id;
            #else
            v_color = a_color;
            #endif
            v_color.a *= bias;
          }`,
        FRAGMENT_SHADER_SOURCE: `
          precision highp float;
          varying vec2 v_place; varying float v_soft; varying float v_shape; varying vec4 v_color;
          void main() {
            vec2 at = abs(v_place);
            float away = length(v_place) - 1.0;
            if (v_shape > 2.5) away = max(at.x * 0.866 + v_place.y * 0.5, -v_place.y) - 0.62;
            else if (v_shape > 1.5) away = (at.x + at.y) * 0.7071 - 0.86;
            else if (v_shape > 0.5) away = max(at.x, at.y) - 0.88;
            #ifdef PICKING_MODE
            if (away > 0.1) discard;
            gl_FragColor = v_color;
            #else
            float there = 1.0 - smoothstep(-v_soft, v_soft, away);
            if (there <= 0.0) discard;
            gl_FragColor = vec4(v_color.rgb, 1.0) * v_color.a * there;
            #endif
          }`,
      };
    }

    processVisibleItem(id, start, data) {
      this.array.set([data.x, data.y, data.size, SHAPES[data.shape] || 0, floatColor(data.color), id], start);
    }

    setUniforms(params, { gl, uniformLocations: at }) {
      gl.uniform1f(at.u_correctionRatio, params.correctionRatio);
      gl.uniform1f(at.u_sizeRatio, params.sizeRatio);
      gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
    }
  }

  class TieProgram extends EdgeProgram {
    getDefinition() {
      const strip = [];
      for (let piece = 0; piece <= PIECES; piece += 1) strip.push([piece / PIECES, -1], [piece / PIECES, 1]);
      return {
        VERTICES: strip.length, METHOD: TRIANGLE_STRIP,
        UNIFORMS: ["u_sizeRatio", "u_correctionRatio", "u_matrix"],
        ATTRIBUTES: [column("a_from", 2), column("a_to", 2), column("a_size", 1), column("a_bend", 1), column("a_taper", 1), bytes("a_color"), bytes("a_id")],
        CONSTANT_ATTRIBUTES: [column("a_along", 1), column("a_side", 1)],
        CONSTANT_DATA: strip,
        VERTEX_SHADER_SOURCE: `
          attribute vec2 a_from; attribute vec2 a_to; attribute float a_size; attribute float a_bend; attribute float a_taper;
          attribute vec4 a_color; attribute vec4 a_id; attribute float a_along; attribute float a_side;
          uniform float u_sizeRatio; uniform float u_correctionRatio; uniform mat3 u_matrix;
          varying float v_side; varying float v_half; varying vec4 v_color;
          const float bias = 255.0 / 254.0;
          void main() {
            vec2 across = a_to - a_from;
            vec2 middle = 0.5 * (a_from + a_to) + a_bend * vec2(-across.y, across.x);
            float t = a_along;
            vec2 place = mix(mix(a_from, middle, t), mix(middle, a_to, t), t);
            vec2 way = mix(middle - a_from, a_to - middle, t);
            vec2 aside = vec2(-way.y, way.x) / max(length(way), 1e-9);
            v_half = max(a_size * mix(1.0, 1.0 - a_taper, t), 0.35);
            v_side = a_side * (v_half + 1.0);
            gl_Position = vec4((u_matrix * vec3(place + aside * v_side * 2.0 * u_correctionRatio, 1)).xy, 0, 1);
            #ifdef PICKING_MODE
            v_color = a_id;
            #else
            v_color = a_color;
            #endif
            v_color.a *= bias;
          }`,
        FRAGMENT_SHADER_SOURCE: `
          precision mediump float;
          varying float v_side; varying float v_half; varying vec4 v_color;
          void main() {
            float there = 1.0 - smoothstep(v_half - 0.5, v_half + 0.5, abs(v_side));
            gl_FragColor = vec4(v_color.rgb, 1.0) * v_color.a * there;
          }`,
      };
    }

    processVisibleItem(id, start, from, to, data) {
      this.array.set([from.x, from.y, to.x, to.y, data.size, data.bend || 0, data.taper || 0, floatColor(data.color), id], start);
    }

    setUniforms(params, { gl, uniformLocations: at }) {
      gl.uniform1f(at.u_correctionRatio, params.correctionRatio);
      gl.uniform1f(at.u_sizeRatio, params.sizeRatio);
      gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
    }
  }

  /* Names and the ring around whoever is pointed at, in the colours of the theme. */
  function drawName(context, data, settings) {
    if (!data.label) return;
    const font = `${data.highlighted ? 600 : settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    context.font = font;
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = bpm.css("--app-card");
    context.fillStyle = bpm.css("--ink");
    const place = [data.x + data.size + 3, data.y + settings.labelSize / 3];
    context.strokeText(data.label, ...place);
    context.fillText(data.label, ...place);
  }

  function drawRing(context, data, settings) {
    context.beginPath();
    context.arc(data.x, data.y, data.size + 3, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.strokeStyle = bpm.css("--ink");
    context.stroke();
    drawName(context, { ...data, highlighted: true }, settings);
  }

  Object.assign(bpm, { ShapeProgram, TieProgram, drawName, drawRing });
})(window.bpmNetwork);
