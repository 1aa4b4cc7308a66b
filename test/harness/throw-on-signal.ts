// A preload (`--import`) of a server's process: SIGUSR2 throws where no code catches it, as a defect would.
process.on('SIGUSR2', () => {
  setImmediate(() => {
    throw new Error('a defect that a test made')
  })
})
