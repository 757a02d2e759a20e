# The helpdesk that the tests meet: one queue, our custom fields, our user and a technician, the signed webhook.
@Queues = (
    { Name => 'Schul-IT', CorrespondAddress => 'schul-it@rt.test.local', CommentAddress => 'schul-it-comment@rt.test.local' },
    { Name => 'Netze' },
);
@CustomFields = map { { Name => $_, Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => ['Schul-IT'] } }
    qw(Schule Raum Geraet ChatId);
@Users = (
    { Name => 'chatbot', EmailAddress => 'chatbot@schule.example', RealName => 'Schullotse', Password => 'Chatbot-Test-1',
      Privileged => 1, Timezone => 'UTC' },
    { Name => 'tech1', EmailAddress => 'tech1@rt.test.local', RealName => 'Techniker Eins', Password => 'Tech-Test-1', Privileged => 1 },
);
@ACL = (
    ( map { my $queue = $_; map { { GroupDomain => 'SystemInternal', GroupType => 'Privileged', Queue => $queue, Right => $_ } }
        qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket TakeTicket
           SeeCustomField ModifyCustomField) } ('Schul-IT', 'Netze') ),
    ( map { { GroupDomain => 'SystemInternal', GroupType => 'Everyone', Queue => 'Schul-IT', Right => $_ } }
        qw(CreateTicket ReplyToTicket) ),
    { UserId => 'chatbot', Right => 'ManageAuthTokens' },
);
@Scrips = ( {
    Description => 'Schullotse: wake up (HMAC)', ScripCondition => 'On Transaction', ScripAction => 'User Defined',
    Template => 'Blank', Queue => 'Schul-IT', CustomPrepareCode => 'return 1;',
    CustomCommitCode => sprintf(q{
        require LWP::UserAgent; require Digest::SHA; require JSON;
        my ($ticket, $done) = ($self->TicketObj, $self->TransactionObj);
        my $body = JSON->new->utf8->canonical->encode({ ticket => 0 + $ticket->id, transaction => 0 + $done->id, type => $done->Type });
        my $answer = LWP::UserAgent->new(timeout => 2)->post('%s', 'Content-Type' => 'application/json',
            'X-Hub-Signature-256' => 'sha256=' . Digest::SHA::hmac_sha256_hex($body, 'webhook-geheim'), Content => $body);
        RT->Logger->debug('webhook: ' . $answer->status_line);
        return 1;
    }, $ENV{HELPDESK_HOOK}),
} );
1;
