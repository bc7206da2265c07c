// Options by which a Java server starts quickly rather than runs fast: tests move few records. It
// costs half the CPU time up to the first answer.

export const quickJava = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData']
