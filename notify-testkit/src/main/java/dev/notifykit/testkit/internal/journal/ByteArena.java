package dev.notifykit.testkit.internal.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Append-only storage of short texts without an object for each: a million tokens cost their bytes. Not thread-safe. */
final class ByteArena {
    private static final int CHUNK = 1 << 16;

    private final List<byte[]> chunks = new ArrayList<>();
    private int used = CHUNK;

    /** Stores a text and returns where. */
    long add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int size = 4 + bytes.length;
        if (CHUNK - used < size) {
            chunks.add(new byte[Math.max(CHUNK, size)]);
            used = 0;
        }
        int index = chunks.size() - 1;
        byte[] chunk = chunks.get(index);
        int at = used;
        for (int i = 0; i < 4; i++) {
            chunk[at + i] = (byte) (bytes.length >>> (8 * i));
        }
        System.arraycopy(bytes, 0, chunk, at + 4, bytes.length);
        used = at + size;
        return ((long) index << 32) | at;
    }

    String get(long position) {
        byte[] chunk = chunks.get((int) (position >>> 32));
        int at = (int) position;
        int length = 0;
        for (int i = 0; i < 4; i++) {
            length |= (chunk[at + i] & 0xff) << (8 * i);
        }
        return new String(chunk, at + 4, length, StandardCharsets.UTF_8);
    }
}
