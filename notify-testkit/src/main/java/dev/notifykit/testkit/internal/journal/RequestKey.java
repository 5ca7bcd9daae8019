package dev.notifykit.testkit.internal.journal;

/**
 * A request id as 128 bits: the number itself where it is a UUID, a hash of the text otherwise.
 *
 * @param high upper 64 bits
 * @param low lower 64 bits
 * @param isUuid false where the bits do not give the text back
 */
record RequestKey(long high, long low, boolean isUuid) {
    private static final int LENGTH = 36;

    static RequestKey of(String id) {
        if (id.length() == LENGTH) {
            long high = 0;
            long low = 0;
            int digits = 0;
            boolean uuid = true;
            for (int i = 0; i < LENGTH && uuid; i++) {
                char c = id.charAt(i);
                if (i == 8 || i == 13 || i == 18 || i == 23) {
                    uuid = c == '-';
                } else {
                    int digit = Character.digit(c, 16);
                    uuid = digit >= 0;
                    high = digits < 16 ? (high << 4) | digit : high;
                    low = digits < 16 ? low : (low << 4) | digit;
                    digits++;
                }
            }
            if (uuid) {
                return new RequestKey(high, low, true);
            }
        }
        return new RequestKey(Mix.hash64(id, 1), Mix.hash64(id, 2), false);
    }
}
