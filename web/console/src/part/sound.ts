let context: AudioContext | undefined

/** A short high tone for right, a long low one for wrong, which phones also feel. */
export function sound(right: boolean) {
  if (!right) navigator.vibrate?.([90, 50, 90])
  try {
    context ??= new AudioContext()
    void context.resume()
    const tone = new OscillatorNode(context, { type: right ? 'sine' : 'square', frequency: right ? 990 : 150 })
    const seconds = right ? 0.08 : 0.4
    const volume = new GainNode(context, { gain: right ? 0.2 : 0.12 })
    volume.gain.setTargetAtTime(0, context.currentTime + seconds * 0.8, 0.015) // without a click
    tone.connect(volume).connect(context.destination)
    tone.start()
    tone.stop(context.currentTime + seconds)
  } catch {
    // A browser without sound: color and words tell the same.
  }
}
