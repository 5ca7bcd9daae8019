package dev.notifykit.examples;

import dev.notifykit.push.FanOutId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.result.ResultSink;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The host's own table of results, as a file: a line for each result that one worker was told in one of its lives. It survives SIGKILL,
 * except for a last line that was being written; that batch was not acknowledged and is told again, to somebody. Thread-safe.
 */
final class ResultFile implements ResultSink, AutoCloseable {

    private final FileChannel file;

    ResultFile(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /**
     * A result, and when it was told, in milliseconds.
     *
     * @param row without the details of its result
     */
    record Told(long at, RowResult row) {

        static Told parse(FanOutId fanOut, String line) {
            String[] fields = line.split("\t", -1);
            Target target = fields[5].equals(ProviderId.APNS.value())
                    ? Target.apns(fields[4], fields[6])
                    : Target.fcm(fields[4], fields[6]);
            return new Told(
                    Long.parseLong(fields[0]),
                    new RowResult(
                            fanOut,
                            Integer.parseInt(fields[1]),
                            fields[2],
                            RequestId.parse(fields[3]),
                            target,
                            SendResult.ofKind(SendResult.Kind.valueOf(fields[7]))));
        }
    }

    /** Gives every whole line of every file in a folder, in no order. */
    static void readAll(Path folder, FanOutId fanOut, Consumer<Told> each) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.toList();
        }
        for (Path path : files) {
            String text = Files.readString(path);
            // What follows the last line end was being written when its worker died.
            text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .forEach(line -> each.accept(Told.parse(fanOut, line)));
        }
    }

    @Override
    public synchronized void accept(List<RowResult> batch) throws IOException {
        StringBuilder lines = new StringBuilder();
        long now = System.currentTimeMillis();
        for (RowResult row : batch) {
            lines.append(now).append('\t').append(row.shard()).append('\t').append(row.key());
            lines.append('\t')
                    .append(row.request())
                    .append('\t')
                    .append(row.target().app());
            lines.append('\t')
                    .append(row.target().provider())
                    .append('\t')
                    .append(row.target().address());
            lines.append('\t').append(row.result().kind()).append('\n');
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
