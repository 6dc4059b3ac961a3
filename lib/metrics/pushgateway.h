#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// Where a Pushgateway is. Only http: one behind TLS wants a proxy on this side.
struct PushgatewayAddress {
  std::string host;
  std::string port;
};

/// Reads http://HOST:PORT. Throws: ConfigError on any other form.
PushgatewayAddress parse_pushgateway(std::string_view url);

/// Puts the metrics of a run (text format) in place of what was pushed for the same run before:
/// the group is job "assay_run" and the run's id, no instance, so that each run has one. Throws:
/// StorageError where the Pushgateway cannot be reached within five seconds or refuses.
void push_run(const PushgatewayAddress& to, const std::string& run_id, const std::string& metrics);

/// Takes away what was pushed for a run; a run that was never pushed is none. Throws as push_run.
void forget_run(const PushgatewayAddress& from, const std::string& run_id);

}  // namespace assay
