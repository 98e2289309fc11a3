/** An event handler, as a page sets it: whatever it is, only a function is called. */
type Handler = ((event: Event) => unknown) | null;

/** Gives a class of event targets the attributes `onNAME` (HTML Standard, 8.1.8.1): a handler keeps its place when it changes. */
export function handleEvents(prototype: EventTarget, names: readonly string[]): void {
  for (const name of names) Object.defineProperty(prototype, `on${name}`, handlerOf(name));
}

function handlerOf(name: string): PropertyDescriptor & ThisType<EventTarget> {
  const handlers = new WeakMap<EventTarget, Handler>();
  return {
    configurable: true,
    enumerable: true,
    get() {
      return handlers.get(this) ?? null;
    },
    set(handler: unknown) {
      if (!handlers.has(this)) this.addEventListener(name, (event) => handlers.get(this)?.call(this, event));
      handlers.set(this, isHandler(handler) ? handler : null);
    },
  };
}

function isHandler(value: unknown): value is Exclude<Handler, null> {
  return typeof value === 'function';
}
