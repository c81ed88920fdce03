/**
 * Light or dark, as the host shows itself. Colours come from JupyterLab's CSS variables where there are any (theme.css); this
 * module only finds out which fallbacks to use, and tells when the host changes its mind.
 */

export type Shade = "light" | "dark";

/** Relative luminance of an "rgb(...)" colour, 0 to 1; null when it is transparent or no such colour. */
export function luminance(colour: string): number | null {
  const parts = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  const [red, green, blue, alpha = 1] = parts;
  if (!colour.startsWith("rgb") || red === undefined || green === undefined || blue === undefined) return null;
  if (alpha < 0.5) return null;
  const linear = (byte: number) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Finds the shade of the host around an element. */
export function shadeOf(element: Element): Shade {
  const { body } = document;
  const jupyter = body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "false" ? "dark" : "light";
  if (body.classList.contains("vscode-dark") || body.classList.contains("vscode-high-contrast")) return "dark";
  for (let at: Element | null = element; at !== null; at = parentOf(at)) {
    const light = luminance(getComputedStyle(at).backgroundColor);
    if (light !== null) return light < 0.3 ? "dark" : "light";
  }
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function parentOf(element: Element): Element | null {
  const root = element.getRootNode();
  return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

/** Calls back whenever the host may have changed its shade. Gives the function that stops it. */
export function onHostChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  const watched = { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-light"] };
  observer.observe(document.body, watched);
  observer.observe(document.documentElement, watched);
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", callback);
  };
}
