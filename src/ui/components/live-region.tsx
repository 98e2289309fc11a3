/** News for a screen reader, when it comes to a stop in what it reads. */
export function LiveRegion({ text }: { readonly text: string }) {
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}
