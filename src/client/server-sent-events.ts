/** One message of a stream of server-sent events (WHATWG HTML §9.2). */
export interface Message {
  /** `message` where the stream names no other. */
  readonly event: string;
  readonly data: string;
}

/** Reads messages from text that comes in any pieces; comments and unknown fields are skipped. */
export class MessageParser {
  #rest = '';
  #event = '';
  #data: string[] = [];

  /** The messages that are complete with this piece. */
  push(piece: string): Message[] {
    // A line ends with CR, LF or both; whether a CR at the end is half of both is known with the next piece.
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): Message | undefined {
    if (line === '') return this.#end();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    if (field === 'event') this.#event = value;
    return undefined;
  }

  #end(): Message | undefined {
    const message = { event: this.#event || 'message', data: this.#data.join('\n') };
    const told = this.#data.length > 0;
    this.#event = '';
    this.#data = [];
    return told ? message : undefined;
  }
}
