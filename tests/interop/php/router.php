<?php
// A Flexmail on PHP's own SoapServer, at /SITUATION/NAME: NAME.jsonl notes what was asked, and in the situation "world"
// NAME.json holds what is answered.

declare(strict_types=1);

ini_set('display_errors', '0');
date_default_timezone_set('Europe/Brussels');

const CLOCK = '2026-07-01T12:00:00';

/** A struct, of which nothing is sent that isn't named. */
function struct(array $members): object
{
    return (object) $members;
}

function contact(int $id, string $address, array $more = []): object
{
    return struct(['flexmailId' => (string) $id, 'emailAddress' => $address] + $more);
}

class Situation
{
    public function __construct(protected string $name, protected string $file)
    {
    }

    public function __call(string $operation, array $arguments): object
    {
        $request = $arguments[0];
        file_put_contents("{$this->file}.jsonl", json_encode([$operation, $request]) . "\n", FILE_APPEND);
        $method = $this->name . $operation;
        $members = method_exists($this, $method) ? $this->$method($request) : $this->{'any' . $operation}($request);
        return struct($members + ['header' => $this->header(0), 'errorCode' => 0, 'errorMessage' => '']);
    }

    protected function header(int $code): object
    {
        return struct(['errorCode' => $code, 'errorMessage' => '', 'timestamp' => CLOCK]);
    }

    protected function anyGetMailingLists(object $request): array
    {
        return ['mailingListTypeItems' => [
            struct(['mailingListId' => 77, 'mailingListName' => 'Klanten', 'mailingListType' => 'segment', 'mailingListParentListId' => 41]),
            struct(['mailingListId' => 41, 'mailingListName' => 'Contacten', 'mailingListType' => 'list', 'mailingListCount' => 2]),
        ]];
    }

    protected function plainGetUnsubscriptions(object $request): array
    {
        return ['unsubscriptionTypeItems' => [
            struct([
                'campaignId' => 900, 'emailAddressFlexmailId' => 1, 'emailAddressReferenceId' => '', 'emailAddressMailingListId' => 41,
                'emailAddressType' => contact(1, 'Zoe@Example.be', [
                    'name' => 'Zoë', 'surname' => 'D\'Hondt 🌷', 'language' => 'nl', 'city' => 'Brugge', 'preferences' => [1, 2],
                    'custom' => [struct(['variableName' => 'size', 'value' => 'groot'])],
                ]),
                'timestamp' => '2026-07-01T11:00:00',
            ]),
        ]];
    }

    /** One contact object in two events, and one event object twice: PHP writes both as references. */
    protected function multirefGetUnsubscriptions(object $request): array
    {
        $contact = contact(1, 'zoe@example.be', ['surname' => 'Peeters']);
        $first = struct(['emailAddressFlexmailId' => 1, 'emailAddressType' => $contact, 'timestamp' => '2026-07-01T11:00:00']);
        $second = struct(['emailAddressFlexmailId' => 1, 'emailAddressType' => $contact, 'timestamp' => '2026-07-01T11:30:00']);
        return ['unsubscriptionTypeItems' => [$first, $second, $first]];
    }

    protected function sparseGetUnsubscriptions(object $request): array
    {
        return ['unsubscriptionTypeItems' => [
            struct(['emailAddressFlexmailId' => 5]),
            struct(['emailAddressFlexmailId' => null, 'campaignId' => null, 'emailAddressType' => contact(6, 'six@example.be'), 'timestamp' => null]),
            struct(['emailAddressType' => struct(['emailAddress' => 'seven@example.be', 'name' => '']), 'timestamp' => '0000-00-00 00:00:00']),
        ]];
    }

    protected function emptyGetUnsubscriptions(object $request): array
    {
        return ['unsubscriptionTypeItems' => []];
    }

    protected function nullGetUnsubscriptions(object $request): array
    {
        return ['unsubscriptionTypeItems' => null];
    }

    protected function bigGetUnsubscriptions(object $request): array
    {
        $item = fn(int $id) => struct([
            'emailAddressFlexmailId' => $id, 'emailAddressType' => contact($id, "person$id@example.be", ['city' => str_repeat('x', 200)]),
            'timestamp' => '2026-07-01T11:00:00',
        ]);
        return ['unsubscriptionTypeItems' => array_map($item, range(1, 2000))];
    }

    protected function faultGetUnsubscriptions(object $request): array
    {
        throw new SoapFault('Server', 'Something about zoe@example.be');
    }

    protected function refusedGetMailingLists(object $request): array
    {
        return ['header' => $this->header(205), 'errorCode' => 220];
    }

    protected function wronglistGetUnsubscriptions(object $request): array
    {
        return ['errorCode' => 222];
    }

    protected function controlGetBounces(object $request): array
    {
        return ['bounceTypeItems' => [
            struct(['emailAddressFlexmailId' => 3, 'emailAddressType' => contact(3, 'three@example.be'), 'timestamp' => '2026-07-01 11:00:00',
                'statusCode' => '5.1.1', 'statusMessage' => "550 \x1b[31mno such <user> & \"friends\"\x01"]),
        ]];
    }

    protected function plainGetCampaigns(object $request): array
    {
        return ['campaignTypeItems' => [
            struct(['campaignId' => 900, 'campaignName' => 'Nieuwsbrief é', 'campaignSubject' => 'Btw', 'campaignType' => 'Campaign',
                'campaignSendDate' => '2026-06-30 09:00:00', 'campaignMailingIds' => [41]]),
            struct(['campaignId' => 901, 'campaignName' => 'Welkom', 'campaignType' => 'Workflow', 'campaignSendDate' => '']),
            struct(['campaignId' => 902, 'campaignName' => 'Proef', 'campaignType' => 'TestCampaign', 'campaignSendDate' => '2026-06-29 09:00:00']),
        ]];
    }

    protected function plainGetCampaignHistory(object $request): array
    {
        $link = struct(['key' => '12345678901', 'value' => 'https://example.be/?a=1&b=é']);
        $contact = contact(1, 'zoe@example.be');
        $action = fn(int $id, string $time) => struct(['actionId' => $id, 'timestamp' => $time, 'link' => $link, 'emailAddressType' => $contact]);
        return ['campaignHistoryType' => struct(['emailAddressHistoryTypeItems' => [
            struct(['emailAddress' => 'zoe@example.be', 'emailAddressType' => $contact, 'emailAddressHistoryActionTypeItems' => [
                $action(18, '2026-06-30T10:00:00'), $action(20, '2026-06-30T10:01:00'), $action(21, '2026-06-30T10:02:00'), $action(99, '2026-06-30T10:03:00'),
            ]]),
            struct(['emailAddress' => 'two@example.be', 'emailAddressHistoryActionTypeItems' => []]),
        ]])];
    }

    protected function plainGetEmailAddresses(object $request): array
    {
        if (isset($request->emailAddressTypeItems)) {
            $held = fn(object $asked) => $asked->emailAddress === 'gone@example.be'
                ? struct(['emailAddress' => $asked->emailAddress, 'errorCode' => 225, 'errorMessage' => 'Invalid'])
                : struct(['flexmailId' => '8', 'emailAddress' => $asked->emailAddress, 'state' => 'unsubscribed', 'errorCode' => 0]);
            return ['emailAddressTypeItems' => array_map($held, $request->emailAddressTypeItems)];
        }
        $first = ($request->limit->page - 1) * $request->limit->items + 1;
        $ids = $first > 1203 ? [] : range($first, min(1203, $first + $request->limit->items - 1));
        $state = fn(int $id) => ['blacklisted', 'bounced-out', 'mislaid'][$id % 3];
        return ['emailAddressTypeItems' => array_map(fn(int $id) => contact($id, "person$id@example.be", ['state' => $state($id)]), $ids)];
    }
}

/** What happened is read from a file, and filtered as Flexmail filters. */
class World extends Situation
{
    protected function since(string $kind, object $request): array
    {
        return array_values(array_filter($this->held($kind), fn(object $item) => $item->timestamp > $request->timestampSince));
    }

    protected function anyGetMailingLists(object $request): array
    {
        return ['mailingListTypeItems' => $this->held('lists')];
    }

    protected function anyGetUnsubscriptions(object $request): array
    {
        return ['unsubscriptionTypeItems' => $this->since('unsubscriptions', $request)];
    }

    protected function anyGetSubscriptions(object $request): array
    {
        return ['subscriptionTypeItems' => $this->since('subscriptions', $request)];
    }

    protected function anyGetProfileUpdates(object $request): array
    {
        return ['profileUpdateTypeItems' => $this->since('updates', $request)];
    }

    protected function anyGetBounces(object $request): array
    {
        return ['bounceTypeItems' => $this->since('bounces', $request)];
    }

    protected function anyGetCampaigns(object $request): array
    {
        return ['campaignTypeItems' => $this->held('campaigns')];
    }

    protected function anyGetCampaignHistory(object $request): array
    {
        $id = (string) $request->campaignId;
        if (!in_array($id, array_map(fn(object $held) => (string) $held->campaignId, $this->held('campaigns')), true)) {
            return ['errorCode' => 221];
        }
        $inside = fn(object $item) => $item->campaign === $id
            && $item->action->timestamp >= $request->timestampFrom && $item->action->timestamp <= $request->timestampTill;
        $person = fn(object $item) => struct([
            'emailAddress' => $item->action->emailAddressType->emailAddress, 'emailAddressHistoryActionTypeItems' => [$item->action],
        ]);
        return ['campaignHistoryType' => struct([
            'emailAddressHistoryTypeItems' => array_map($person, array_values(array_filter($this->held('actions'), $inside))),
        ])];
    }

    protected function anyGetEmailAddresses(object $request): array
    {
        $inState = array_values(array_filter($this->held('contacts'), fn(object $held) => in_array($held->state, $request->states, true)));
        if (isset($request->emailAddressTypeItems)) {
            $found = fn(object $asked) => array_values(array_filter($inState, fn(object $held) => $held->emailAddress === $asked->emailAddress))
                ?: [struct(['emailAddress' => $asked->emailAddress, 'errorCode' => 225])];
            return ['emailAddressTypeItems' => array_merge(...array_map($found, $request->emailAddressTypeItems))];
        }
        return ['emailAddressTypeItems' => array_slice($inState, ($request->limit->page - 1) * $request->limit->items, $request->limit->items)];
    }

    private function held(string $kind): array
    {
        return json_decode(file_get_contents("{$this->file}.json"))->$kind ?? [];
    }
}

[$situation, $name] = explode('/', trim((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), '/'));
$file = getenv('FLEXSYNC_FOLDER') . '/' . $name;
$server = new SoapServer(__DIR__ . '/flexmail.wsdl', ['cache_wsdl' => WSDL_CACHE_NONE]);
$server->setObject($situation === 'world' ? new World($situation, $file) : new Situation($situation, $file));
$server->handle();
