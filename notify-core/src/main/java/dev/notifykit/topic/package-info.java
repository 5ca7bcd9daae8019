/**
 * Named sets of users and devices: {@link dev.notifykit.topic.TopicStore} is the SPI that keeps them, {@link dev.notifykit.topic.TopicMember} who
 * is in one. Read {@link dev.notifykit.topic.TopicStore} first. What is sent to a topic is a fan-out over its members:
 * {@code Audience.topic} in the package {@code fanout}.
 */
@NullMarked
package dev.notifykit.topic;

import org.jspecify.annotations.NullMarked;
