/** The two programs of the map: one draws every point as an antialiased disc. Colours are premultiplied by their alpha. */

export const VERTEX = `#version 300 es
precision highp float;
precision highp int;
in vec2 xy;
in uint word;                 // label slot 16 bits, flags 8, score 8
uniform vec4 view;            // clip = xy * view.xy + view.zw
uniform float size;           // diameter in device pixels
uniform float alpha;
uniform int stage;            // 0: only dim points, 1: only the others
uniform bool selecting;       // a selection stands: what is outside is dim
uniform sampler2D palette;
uniform vec3 ground;           // the colour behind the points
out vec4 fill;
out float extent;
out float ring;
void main() {
  uint flags = (word >> 16) & 255u;
  bool selected = (flags & 4u) != 0u;
  bool dim = (flags & 2u) != 0u || (selecting && !selected);
  if ((flags & 1u) != 0u || dim != (stage == 0)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  uint slot = word & 65535u;
  vec4 ink = texelFetch(palette, ivec2(int(slot & 255u), int(slot >> 8)), 0);
  float grown = selecting && selected ? size * 1.2 : size;
  // dim points lose their colour rather than only their weight: where thousands lie on each other, weight adds up again
  float opacity = ink.a * (dim ? alpha * 0.4 : (selecting ? min(1.0, alpha * 1.3 + 0.1) : alpha));
  fill = vec4(dim ? mix(ink.rgb, ground, 0.6) : ink.rgb, opacity);
  ring = selecting && selected ? 0.75 * smoothstep(6.0, 12.0, grown) : 0.0; // on small discs a ring hides the colour
  extent = grown + 2.0;
  gl_Position = vec4(xy * view.xy + view.zw, 0.0, 1.0);
  gl_PointSize = extent;
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 fill;
in float extent;
in float ring;
uniform vec3 outline;
uniform float dpr;
out vec4 colour;
void main() {
  float radius = extent * 0.5 - 1.0;
  float away = length(gl_PointCoord - 0.5) * extent;
  float cover = clamp(radius - away + 0.5, 0.0, 1.0);
  if (cover <= 0.0) discard;
  float edge = ring * clamp(away - (radius - dpr) + 0.5, 0.0, 1.0);
  float opacity = mix(fill.a, 1.0, edge) * cover;
  colour = vec4(mix(fill.rgb, outline, edge) * opacity, opacity);
}`;
