import Foundation
import Telecom

extension RoutingSecrets {
    /// The services with their secrets. One whose secret cannot be had now keeps the one that it had, or is not asked.
    func opened(
        _ services: [UUID: [PortingService]], keeping previous: [UUID: [PortingService]]
    ) async -> [UUID: [PortingService]] {
        let secrets = await resolve(Set(services.values.joined().compactMap(\.secretReference)))
        return services.mapValues { services in
            services.compactMap { service in
                guard let reference = service.secretReference else { return service }
                var service = service
                switch secrets[reference] {
                case .success(let secret): service.secret = Secret(secret)
                case .failure(let error):
                    let old = previous[service.key.tenantID]?.first {
                        $0.key == service.key && $0.secretReference == reference
                    }
                    service.secret = old?.secret
                    report("the secret of service \(service.key.id.text) cannot be had: \(error)")
                case nil: break  // every reference of a service was asked for
                }
                return service.secret == nil ? nil : service
            }
        }
    }
}
