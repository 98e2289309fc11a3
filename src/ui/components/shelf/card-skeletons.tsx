/** Cards of the size of real ones, while the catalog is on its way. */
export function CardSkeletons({ count }: { readonly count: number }) {
  return (
    <>
      <p class="visually-hidden" role="status">
        Loading the catalog
      </p>
      <ul class={count === 1 ? 'cards cards-single' : 'cards'} aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          <li key={index}>
            <div class="card card-skeleton">
              <div class="card-picture" />
              <div class="card-body">
                <span class="bone bone-title" />
                <span class="bone" />
                <span class="bone bone-short" />
                <span class="bone bone-facts" />
                <span class="bone bone-button" />
              </div>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
