/** A film of a guide page: its first picture until the reader starts it, and again when it is stopped. */

export interface FilmWords {
  play: string;
  stop: string;
}

/** Whether a picture is a film, an animated WebP. */
export function isFilm(image: HTMLImageElement): boolean {
  return new URL(image.src, document.baseURI).pathname.endsWith('.webp');
}

/** Put a still and a button in the place of a film; nothing moves that nobody started. */
export function hold(image: HTMLImageElement, words: FilmWords): void {
  if (image.closest('.film')) return;
  const box = document.createElement('span');
  box.className = 'film';
  const still = document.createElement('canvas');
  still.setAttribute('role', 'img');
  still.setAttribute('aria-label', image.alt);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button';
  let playing = false;

  const show = (): void => {
    image.hidden = !playing;
    still.hidden = playing;
    button.textContent = playing ? words.stop : words.play;
    button.setAttribute('aria-pressed', String(playing));
  };
  const first = (): void => {
    still.width = image.naturalWidth;
    still.height = image.naturalHeight;
    still.getContext('2d')?.drawImage(image, 0, 0); // of a film a canvas gets the first picture
  };

  image.replaceWith(box);
  box.append(still, image, button);
  image.loading = 'eager'; // one that is hidden would never be loaded
  if (image.complete && image.naturalWidth) first();
  else image.addEventListener('load', first, { once: true });
  button.addEventListener('click', () => {
    playing = !playing;
    show();
  });
  show();
}
