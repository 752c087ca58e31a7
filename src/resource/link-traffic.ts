/** What has passed a link in one direction since it was made. */
export interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

/** What a link has received and sent. */
export interface LinkTraffic {
  readonly name: string;
  readonly received: Traffic;
  readonly sent: Traffic;
}
