package dev.notifykit.apns;

import dev.notifykit.push.PushService;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.contract.PushServiceContract;
import dev.notifykit.testkit.contract.SimulatorPeer;
import java.time.Duration;
import java.util.Set;

class ApnsPushServiceContractTest extends PushServiceContract {

    @Override
    protected SimulatorPeer startPeer() {
        ApnsSimulator apns = ApnsSimulator.start();
        return new SimulatorPeer(apns) {
            @Override
            public PushService connect(Duration attemptTimeout) {
                return Rig.clientOf(apns).attemptTimeout(attemptTimeout).build();
            }

            @Override
            public Target target(int number) {
                return Target.apns(Rig.APP, String.format("%064x", number));
            }

            /** pushy does not tell for how long Apple asks to wait; our own wire does. */
            @Override
            public Set<Behaviour> without() {
                return Set.of(Behaviour.THROTTLE_WITH_WAIT);
            }
        };
    }

    @Override
    protected Duration modelTime() {
        return Duration.ofSeconds(2);
    }
}
