// A text for people in every language that the lab speaks.

export interface LocalText {
  readonly en: string;
  readonly vi: string;
}
