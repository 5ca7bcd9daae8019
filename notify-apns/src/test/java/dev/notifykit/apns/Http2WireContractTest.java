package dev.notifykit.apns;

import dev.notifykit.push.PushService;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.contract.PushServiceContract;
import dev.notifykit.testkit.contract.SimulatorPeer;
import java.time.Duration;

/** What takes our own wire keeps the contract, too; that wire even hears how long it is to wait. */
class Http2WireContractTest extends PushServiceContract {

    @Override
    protected SimulatorPeer startPeer() {
        ApnsSimulator apns = ApnsSimulator.start();
        return new SimulatorPeer(apns) {
            @Override
            public PushService connect(Duration attemptTimeout) {
                return new OwnWire(
                        Rig.clientOf(apns).attemptTimeout(attemptTimeout).build());
            }

            @Override
            public Target target(int number) {
                return Target.apns(Rig.APP, String.format("%064x", number));
            }
        };
    }

    @Override
    protected Duration modelTime() {
        return Duration.ofSeconds(2);
    }
}
