/** Root font size grows on large windows (k = min(W/1600, H/900)), so that every length in rem follows. */
export function followWindow(): () => void {
  const fit = () => {
    const k = Math.min(innerWidth / 1600, innerHeight / 900);
    document.documentElement.style.fontSize = k > 1 ? `${(k * 100).toFixed(2)}%` : '';
  };
  fit();
  window.addEventListener('resize', fit);
  return () => {
    window.removeEventListener('resize', fit);
    document.documentElement.style.fontSize = '';
  };
}

/** A screen (not only a zoomed window) narrower than a tablet: the suite can be watched, not driven. */
export function tooSmallToDrive(): boolean {
  return innerWidth < 1024 && Math.max(screen.width, screen.height) < 1024;
}
