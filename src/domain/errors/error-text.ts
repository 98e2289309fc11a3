/** The words of an error; `{name}` stands for a value of its data. */
export interface ErrorText {
  /** What failed and why: one or two sentences, with `{data}` filled in. */
  readonly message: string;
  /** What the user can do next. */
  readonly advice: string;
}
