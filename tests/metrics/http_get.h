#pragma once

#include <cstdint>
#include <string>

#include "formats/file_descriptor.h"

namespace assay {

/// The whole answer of http://127.0.0.1:port/metrics, headers included; empty where nobody answers.
/// `headers` are further lines of the request, each with its CR LF.
std::string http_get_metrics(uint16_t port, const std::string& headers = "");

/// A TCP port of 127.0.0.1 that nobody used a moment ago.
uint16_t free_port();

/// A connection that has asked for the metrics, with room for few of their bytes, and does not
/// read.
FileDescriptor unread_request(uint16_t port);

/// A socket that takes connections to the port and never answers.
FileDescriptor listen_on(uint16_t port);

/// A connection to the port that sends nothing; closed with close(2). -1 where nobody listens.
int idle_connection(uint16_t port);

}  // namespace assay
