package dev.notifykit.examples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Makes up a file of installations: two apps, each at both vendors, in five languages. The same seed makes the same bytes. */
final class Installations {

    /** The columns, as the first line names them. */
    static final String HEADER = "app,provider,token,locale";

    static final List<String> APPS = List.of("com.acme.one", "com.acme.two");
    private static final List<String> LOCALES = List.of("en", "de", "fr", "es", "ja");

    /** Apple's tokens have 32 bytes today; nobody may rely on it. */
    private static final int APNS_TOKEN_DIGITS = 64;

    private static final String HEX = "0123456789abcdef";

    /** What follows the colon of a registration token. */
    private static final int FCM_TOKEN_LENGTH = 134;

    private static final String BASE64_URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private Installations() {}

    /** Writes the file line by line, so that it may be larger than the heap. */
    static void write(Path file, int count, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder line = new StringBuilder();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(HEADER);
            out.write('\n');
            for (int i = 0; i < count; i++) {
                line.setLength(0);
                line.append(APPS.get(random.nextInt(APPS.size())));
                if (random.nextBoolean()) {
                    line.append(",apns,");
                    append(line, random, HEX, APNS_TOKEN_DIGITS);
                } else {
                    line.append(",fcm,");
                    append(line, random, BASE64_URL, 22);
                    append(line.append(":APA91b"), random, BASE64_URL, FCM_TOKEN_LENGTH);
                }
                line.append(',')
                        .append(LOCALES.get(random.nextInt(LOCALES.size())))
                        .append('\n');
                out.append(line);
            }
        }
    }

    private static void append(StringBuilder line, SplittableRandom random, String alphabet, int count) {
        for (int i = 0; i < count; i++) {
            line.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
    }
}
