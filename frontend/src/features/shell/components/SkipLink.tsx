/**
 * The first stop of the keyboard: over the header to the content. A button,
 * since with a <base> element a link to #main would leave the page.
 */
export function SkipLink() {
  return (
    <button
      type="button"
      onClick={() => document.getElementById('main')?.focus()}
      className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
    >
      Skip to content
    </button>
  );
}
