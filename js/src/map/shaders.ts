/** The two programs of the map: one draws every point as an antialiased disc. Colours are premultiplied by their alpha. */

export const VERTEX = `#version 300 es
precision highp float;
precision highp int;
in vec2 xy;
in uint word;                 // label slot 16 bits, flags 8, score 8
in uint ink;                  // colour slot, where colours are not those of labels
uniform vec4 view;            // clip = xy * view.xy + view.zw
uniform float size;           // diameter in device pixels
uniform float alpha;
uniform int stage;            // 0: only dim points, 1: only the others
uniform bool selecting;       // a selection stands: what is outside is dim
uniform int source;           // what colours follow: 0 the label, 1 the ink, 2 whether the row was edited
uniform vec2 scored;          // how far the score counts for size and for weight, 0 to 1
uniform sampler2D palette;    // by colour slot; alpha says how the disc is drawn: 1 plain, 0.5 outlined, 0 hollow
uniform sampler2D stands;     // by label slot: 0 hidden, 0.5 dim, 1 shown
uniform vec3 ground;          // the colour behind the points
uniform vec3 grey;            // of what stands aside
uniform float dpr;
out vec4 fill;
out float extent;
out float ring;
out float hollow;
void main() {
  uint flags = (word >> 16) & 255u;
  uint label = word & 65535u;
  bool selected = (flags & 4u) != 0u;
  float stand = texelFetch(stands, ivec2(int(label & 255u), int(label >> 8)), 0).r;
  bool aside = (flags & 2u) != 0u || stand < 0.75;
  bool dim = aside || (selecting && !selected);
  if ((flags & 1u) != 0u || stand < 0.25 || dim != (stage == 0)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  uint slot = source == 0 ? label : (source == 1 ? ink : (flags >> 3) & 1u);
  vec4 drawn = texelFetch(palette, ivec2(int(slot & 255u), int(slot >> 8)), 0);
  float score = float(word >> 24) / 255.0;
  float grown = size * mix(1.0, 0.5 + 1.4 * score, scored.x) * (selecting && selected ? 1.2 : 1.0);
  float weight = alpha * mix(1.0, 0.12 + 0.88 * score, scored.y);
  // dim points lose their colour rather than only their weight: where thousands lie on each other, weight adds up again
  vec3 faint = aside ? mix(grey, ground, 0.55) : mix(drawn.rgb, ground, 0.6);
  fill = vec4(dim ? faint : drawn.rgb, dim ? weight * 0.4 : (selecting ? min(1.0, weight * 1.3 + 0.1) : weight));
  float large = smoothstep(4.0 * dpr, 7.0 * dpr, grown); // on small discs a ring hides the colour
  bool plain = drawn.a > 0.75 || dim;
  hollow = !plain && drawn.a < 0.25 ? large : 0.0;
  ring = selecting && selected ? 0.75 * smoothstep(6.0, 12.0, grown) : (!plain && drawn.a > 0.25 ? large : 0.0);
  extent = grown + 2.0;
  gl_Position = vec4(xy * view.xy + view.zw, 0.0, 1.0);
  gl_PointSize = extent;
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 fill;
in float extent;
in float ring;
in float hollow;
uniform vec3 outline;
uniform highp float dpr;      // the same uniform as above, so of the same precision
out vec4 colour;
void main() {
  float radius = extent * 0.5 - 1.0;
  float away = length(gl_PointCoord - 0.5) * extent;
  float cover = clamp(radius - away + 0.5, 0.0, 1.0);
  if (cover <= 0.0) discard;
  float edge = ring * clamp(away - (radius - dpr) + 0.5, 0.0, 1.0);
  float inner = hollow * clamp(radius * 0.55 - away + 0.5, 0.0, 1.0);
  float opacity = mix(fill.a * (1.0 - 0.85 * inner), 1.0, edge) * cover;
  colour = vec4(mix(fill.rgb, outline, edge) * opacity, opacity);
}`;
