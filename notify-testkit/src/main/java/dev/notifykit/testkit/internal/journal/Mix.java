package dev.notifykit.testkit.internal.journal;

/** Hashing that is the same in every run and on every JVM. */
public final class Mix {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Mix() {}

    /** The finalizer of SplitMix64: a bijection whose output bits all depend on all input bits. */
    public static long mix64(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** 64 bits of a text (FNV-1a, mixed), different for every seed. */
    public static long hash64(String text, long seed) {
        long hash = FNV_OFFSET ^ mix64(seed);
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix64(hash);
    }

    /** A number in [0, 1) from 64 mixed bits. */
    public static double unit(long mixed) {
        return (mixed >>> 11) * 0x1.0p-53;
    }
}
