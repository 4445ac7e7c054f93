/** Who asks. Until accounts exist there is one: whoever may in at all. */
export interface Principal {
  /** Owner of what it uploads. */
  readonly id: string;
}

/** See {@link Principal}. */
export const BUILT_IN_PRINCIPAL: Principal = { id: 'built-in' };
