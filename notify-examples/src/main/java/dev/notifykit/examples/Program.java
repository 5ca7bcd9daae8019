package dev.notifykit.examples;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.push.InvalidConfigurationException;
import java.io.PrintStream;

/** What the programs that account for their recipients have in common: how they end. */
final class Program {

    static final int ACCOUNTED_FOR = 0;
    static final int LAW_BROKEN = 1;
    static final int WRONG_ARGUMENTS = 2;

    /** What a shell says of a program that Ctrl-C has ended. */
    static final int INTERRUPTED = 130;

    private Program() {}

    /** The program's own work. */
    @FunctionalInterface
    interface Work {

        /** Does it; answers the exit code. */
        int run() throws Exception;
    }

    /** Does the work; whatever goes wrong is said and has its exit code. */
    static int run(PrintStream err, Work work) {
        try {
            return work.run();
        } catch (UsageException | InvalidConfigurationException e) {
            err.println(e.getMessage());
            err.println("--help shows what is possible.");
            return WRONG_ARGUMENTS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return INTERRUPTED;
        } catch (Exception e) {
            e.printStackTrace(err);
            return LAW_BROKEN;
        }
    }

    /** Ends the JVM unless all is well. */
    static void end(int code) {
        if (code != ACCOUNTED_FOR) {
            System.exit(code);
        }
    }

    /** Whether everybody is accounted for, in words. */
    static String verdict(boolean holds) {
        return holds ? "every recipient is accounted for." : "THE ACCOUNTING IS WRONG.";
    }

    /** The exit code of a fan-out that nobody has interrupted. */
    static int code(boolean holds, FanOutProgress progress) {
        return holds && progress.state() == FanOutState.COMPLETED ? ACCOUNTED_FOR : LAW_BROKEN;
    }
}
