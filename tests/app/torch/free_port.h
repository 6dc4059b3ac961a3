#pragma once

#include <cstdint>
#include <string>

/// A port of the loopback interface on which nobody listened a moment ago.
[[nodiscard]] uint16_t free_port();

/// The answer to GET /metrics on that port, or nothing where nobody listens yet.
[[nodiscard]] std::string get_metrics(uint16_t port);
