/**
 * Keeps `--visible-height` at the height that is really visible. iOS lays its keyboard over the page, so `dvh` alone
 * would leave the prompt behind it.
 */
export function followVisibleHeight(signal: AbortSignal): void {
  const viewport = window.visualViewport;
  if (viewport === null) return;
  const update = () => {
    if (viewport.scale !== 1) return; // Pinch zoom shrinks it too, and must not reflow the page.
    document.documentElement.style.setProperty('--visible-height', `${Math.round(viewport.height)}px`);
  };
  viewport.addEventListener('resize', update, { signal });
  update();
}
