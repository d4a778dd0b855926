/** What is known about an error number of Windows (winerror.h). */
export interface KnownWindowsError {
  readonly code: string
  /** For people, as the end of a sentence. */
  readonly meaning: string
  /** True when another attempt with the same entry fails for sure. */
  readonly isFinal?: true
  /** True when the entry may have been too large. */
  readonly mayBeSize?: true
  readonly cure?: string
}

const KNOWN: ReadonlyMap<number, KnownWindowsError> = new Map<number, KnownWindowsError>([
  [
    5,
    {
      code: 'ERROR_ACCESS_DENIED',
      meaning: 'access is denied',
      cure: 'Let this user write to the log that the source belongs to.',
    },
  ],
  [6, { code: 'ERROR_INVALID_HANDLE', meaning: 'the handle is invalid: the Event Log service was restarted' }],
  [8, { code: 'ERROR_NOT_ENOUGH_MEMORY', meaning: 'there is not enough memory' }],
  [87, { code: 'ERROR_INVALID_PARAMETER', meaning: 'the entry is not acceptable', isFinal: true, mayBeSize: true }],
  [112, { code: 'ERROR_DISK_FULL', meaning: 'the disk is full', cure: 'Make room on the disk of the event logs.' }],
  [1115, { code: 'ERROR_SHUTDOWN_IN_PROGRESS', meaning: 'the system is shutting down' }],
  [1450, { code: 'ERROR_NO_SYSTEM_RESOURCES', meaning: 'the system has no resources left' }],
  // Windows also says this about an entry that is too large
  [
    1500,
    {
      code: 'ERROR_EVENTLOG_FILE_CORRUPT',
      meaning: 'the log file is corrupt',
      mayBeSize: true,
      cure: 'Clear or repair the log.',
    },
  ],
  [1501, { code: 'ERROR_EVENTLOG_CANT_START', meaning: 'no log file could be opened, so the Event Log service did not start' }],
  [
    1502,
    {
      code: 'ERROR_LOG_FILE_FULL',
      meaning: 'the log is full',
      cure: 'Clear the log, make it larger, or let it overwrite events as needed.',
    },
  ],
  [1503, { code: 'ERROR_EVENTLOG_FILE_CHANGED', meaning: 'the log was cleared meanwhile' }],
  [
    1722,
    {
      code: 'RPC_S_SERVER_UNAVAILABLE',
      meaning: 'the Event Log service does not answer',
      cure: 'Start the service `EventLog`.',
    },
  ],
  [1726, { code: 'RPC_S_CALL_FAILED', meaning: 'the connection to the Event Log service broke' }],
  [1734, { code: 'RPC_S_INVALID_BOUND', meaning: 'the entry is too large', isFinal: true, mayBeSize: true }],
  [
    1753,
    { code: 'EPT_S_NOT_REGISTERED', meaning: 'the Event Log service is not running', cure: 'Start the service `EventLog`.' },
  ],
  [1783, { code: 'RPC_X_BAD_STUB_DATA', meaning: 'the entry is too large', isFinal: true, mayBeSize: true }],
])

/** What an error number means; one that is not in the list may pass. */
export function knownWindowsError(number: number): KnownWindowsError {
  return KNOWN.get(number) ?? { code: `WIN32_${number}`, meaning: 'Windows refused it' }
}
