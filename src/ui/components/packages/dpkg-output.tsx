/** What dpkg has said. */
export function DpkgOutput({ text }: { readonly text: string }) {
  if (text.trim() === '') return null;
  return (
    <details class="form-more">
      <summary>What dpkg has said</summary>
      <pre class="output" tabIndex={0}>
        {text.trim()}
      </pre>
    </details>
  );
}
