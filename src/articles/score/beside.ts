/** What stands in files beside the one that is read: `<name>.url` and `<name>.zone`. */
export interface Beside {
  /** Where the file came from; links in it are relative to it. */
  url: string;
  /** IANA, for times that name none. */
  zone: string;
}
