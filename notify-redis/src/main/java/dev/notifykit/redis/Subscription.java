package dev.notifykit.redis;

/**
 * That a user, or an installation of a user, is in a generation of a topic, or may be: digests, hexadecimal.
 *
 * @param installation empty for the user
 */
record Subscription(String topic, String generation, String user, String installation) {

    private static final int TOPIC = 32;
    private static final int GENERATION = 16;
    private static final String USER = "00";
    private static final String DEVICE = "01";

    /** What a user's list says. */
    static Subscription listed(String user, String entry) {
        if (entry.length() != TOPIC + GENERATION && entry.length() != TOPIC + GENERATION + TOPIC) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a subscription that is not whole");
        }
        return new Subscription(
                entry.substring(0, TOPIC),
                entry.substring(TOPIC, TOPIC + GENERATION),
                user,
                entry.substring(TOPIC + GENERATION));
    }

    /** What a position says. */
    static Subscription at(String topic, String generation, String position) {
        int dot = position.indexOf('.');
        return new Subscription(topic, generation, position.substring(0, dot), position.substring(dot + 1));
    }

    /** What stands on a topic's list, hexadecimal: a position and more. */
    static Subscription member(String topic, String generation, String member) {
        String user = member.substring(0, TOPIC);
        boolean device = member.startsWith(DEVICE, TOPIC);
        int end = TOPIC + DEVICE.length() + (device ? TOPIC : 0);
        if (member.length() <= end || !(device || member.startsWith(USER, TOPIC))) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a member of a topic that is not whole");
        }
        return new Subscription(topic, generation, user, device ? member.substring(end - TOPIC, end) : "");
    }

    /** On the user's list. */
    String entry() {
        return topic + generation + installation;
    }

    /** On the topic's list. */
    String position() {
        return user + (installation.isEmpty() ? USER : DEVICE + installation);
    }

    /** The part of the topic in which it stands. */
    char part() {
        return user.charAt(0);
    }

    @Override
    public String toString() {
        return "Subscription";
    }
}
