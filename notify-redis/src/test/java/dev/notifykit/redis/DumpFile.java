package dev.notifykit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.params.XPendingParams;

/**
 * All keys of a fleet as the commands that make them again, which any version of Redis understands: what it writes to disk by itself only a newer one
 * reads. One line for each command; a word that begins with {@code @} is a key without its prefix, one that begins with {@code %} is in
 * base64. The first line says what Redis's clock was. Immutable.
 *
 * @param at the clock, in milliseconds
 */
record DumpFile(long at, List<String> lines) {

    private static final String HEAD = "# Redis's clock, in milliseconds: ";

    /** Copies the lines. */
    DumpFile {
        lines = List.copyOf(lines);
    }

    /** What is there. */
    static DumpFile of(Jedis redis, String prefix) {
        List<String> time = redis.time();
        long at = Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
        List<String> lines = new ArrayList<>();
        redis.keys(prefix + ":*").stream().sorted().forEach(key -> new KeyDump(redis, prefix, key, lines).write());
        return new DumpFile(at, lines);
    }

    static DumpFile read(InputStream from) throws IOException {
        List<String> all = new String(from.readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        return new DumpFile(Long.parseLong(all.get(0).substring(HEAD.length())), all.subList(1, all.size()));
    }

    void write(Path to) {
        try {
            Files.createDirectories(to.getParent());
            List<String> all = new ArrayList<>(List.of(HEAD + at));
            all.addAll(lines);
            Files.writeString(to, String.join("\n", all) + "\n", StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes them again, under another prefix. */
    void restore(Connection redis, String prefix) {
        for (String line : lines) {
            String[] words = line.split(" ");
            CommandArguments command = new CommandArguments(Protocol.Command.valueOf(words[0]));
            Arrays.stream(words).skip(1).forEach(word -> command.add(bytes(word, prefix)));
            redis.executeCommand(command);
        }
    }

    private static byte[] bytes(String word, String prefix) {
        return switch (word.charAt(0)) {
            case '@' -> (prefix + ":" + word.substring(1)).getBytes(StandardCharsets.US_ASCII);
            case '%' -> Base64.getDecoder().decode(word.substring(1));
            default -> word.getBytes(StandardCharsets.US_ASCII);
        };
    }

    /** The commands of one key. */
    private record KeyDump(Jedis redis, String prefix, String key, List<String> lines) {

        void write() {
            byte[] raw = key.getBytes(StandardCharsets.US_ASCII);
            switch (redis.type(key)) {
                case "string" -> add("SET", List.of(redis.get(raw)));
                case "hash" -> {
                    List<byte[]> fields = new ArrayList<>();
                    redis.hgetAll(raw).entrySet().stream()
                            .sorted((a, b) -> Arrays.compare(a.getKey(), b.getKey()))
                            .forEach(field -> fields.addAll(List.of(field.getKey(), field.getValue())));
                    add("HSET", fields);
                }
                case "zset" -> {
                    List<byte[]> members = new ArrayList<>();
                    redis.zrangeWithScores(raw, 0, -1)
                            .forEach(member -> members.addAll(
                                    List.of(ascii(score(member.getScore())), member.getBinaryElement())));
                    add("ZADD", members);
                }
                case "set" -> add("SADD", List.copyOf(redis.smembers(raw)));
                case "list" -> add("RPUSH", redis.lrange(raw, 0, -1));
                case "stream" -> stream(raw);
                default -> throw new IllegalStateException("a type that no dump knows: " + redis.type(key));
            }
            long left = redis.pttl(key);
            if (left >= 0) {
                add("PEXPIRE", List.of(ascii("" + left)));
            }
        }

        /** Entries, groups, and what was given to whom and is not acknowledged. */
        private void stream(byte[] raw) {
            for (Object each : (List<?>) redis.sendCommand(Protocol.Command.XRANGE, raw, ascii("-"), ascii("+"))) {
                List<?> entry = (List<?>) each;
                List<byte[]> words = new ArrayList<>(List.of((byte[]) entry.get(0)));
                ((List<?>) entry.get(1)).forEach(word -> words.add((byte[]) word));
                add("XADD", words);
            }
            for (var group : redis.xinfoGroups(key)) {
                lines.add("XGROUP CREATE " + word() + " " + group.getName() + " " + group.getLastDeliveredId()
                        + " MKSTREAM");
                for (var pending :
                        redis.xpending(key, group.getName(), XPendingParams.xPendingParams("-", "+", 10_000))) {
                    lines.add("XCLAIM " + word() + " " + group.getName() + " " + pending.getConsumerName() + " 0 "
                            + pending.getID() + " RETRYCOUNT " + pending.getDeliveredTimes() + " FORCE");
                }
            }
        }

        private void add(String command, List<byte[]> words) {
            StringBuilder line = new StringBuilder(command).append(' ').append(word());
            words.forEach(word -> line.append(' ').append(text(word)));
            lines.add(line.toString());
        }

        private String word() {
            return "@" + key.substring(prefix.length() + 1);
        }

        private static String text(byte[] word) {
            String text = new String(word, StandardCharsets.ISO_8859_1);
            return text.matches("[!-$&-?A-~][!-~]*")
                    ? text
                    : "%" + Base64.getEncoder().encodeToString(word);
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        /** Exact: a microsecond of our days has 16 digits. */
        private static String score(double score) {
            return new BigDecimal(score).toPlainString();
        }
    }
}
